import { App } from 'antd';
import { useCallback } from 'react';
import { errorWords, explain } from '../api';
import { useT } from '../i18n';

// useAct does something at the server and says when it could not be done.
export function useAct() {
  const { message } = App.useApp();
  const errors = useT(errorWords);
  return useCallback(async (what: () => Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await what();
      if (done) void message.success(done);
      return true;
    } catch (e) {
      void message.error(explain(e, errors), 6);
      return false;
    }
  }, [message, errors]);
}
