import { mount } from '../parts/Shell';
import { SignIn } from './SignIn';
import { SetUp } from './SetUp';
import './signin.css';

mount(location.pathname.endsWith('/setup') ? <SetUp /> : <SignIn />);
